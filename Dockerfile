# One image for web, worker and beat. Build: docker build -t e-office .

# The Sarabun fonts, as named and summed in scripts/sarabun.txt.
FROM node:22-bookworm-slim AS fonts
WORKDIR /fonts
COPY scripts/sarabun.txt ./
RUN npm pack --silent --ignore-scripts "$(sed -n 's/^# package: //p' sarabun.txt)" \
    && tar -xzf ./*.tgz \
    && mkdir out \
    && awk '/^[0-9a-f]/ { print $2, $3 }' sarabun.txt \
       | while read -r from name; do install -m 644 "package/$from" "out/$name"; done \
    && awk '/^[0-9a-f]/ { print $1 "  out/" $3 }' sarabun.txt | sha256sum --check

# The Python packages, from the hashed lock.
FROM python:3.11-slim-bookworm AS packages
COPY requirements.lock ./
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock

FROM python:3.11-slim-bookworm
# Pango and HarfBuzz set the letters, Laksaman is the fallback font, poppler reads PDFs back.
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
       libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-tlwg-laksaman poppler-utils libreoffice-writer-nogui \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --system --create-home --uid 10001 eoffice \
    && install -d -o eoffice -g eoffice -m 750 /data /data/files
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=eoffice.settings \
    EOFFICE_VAR=/data \
    EOFFICE_FONT_DIR=/app/fonts \
    EOFFICE_STATIC=/app/collected
WORKDIR /app
COPY --from=packages /venv /venv
COPY --from=fonts /fonts/out /app/fonts
COPY . /app
# Static files carry their hash in their name and are served by the web process itself.
RUN SECRET_KEY=only-for-this-step python manage.py collectstatic --noinput
USER eoffice
VOLUME /data
EXPOSE 8000
CMD ["gunicorn", "eoffice.wsgi", "--config", "python:eoffice.gunicorn", "--bind", "0.0.0.0:8000", "--workers", "3", \
     "--worker-tmp-dir", "/dev/shm"]
