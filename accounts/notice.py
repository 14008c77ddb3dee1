"""The privacy notice (PDPA ม.23) as this release words it. A changed text gets a new version and is shown again."""

NOTICE_VERSION = "1/2569"
