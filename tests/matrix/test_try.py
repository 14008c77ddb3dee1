import time
import pytest
from django.test import override_settings
from django.db import transaction
from tests.world import World
from tests.matrix import stage as st
@pytest.mark.django_db
def test_it():
    t=time.perf_counter()
    with override_settings(THAID_ENABLED=True):
        import cProfile,pstats
        pr=cProfile.Profile(time.process_time); pr.enable()
        s=st.build(World())
        pr.disable(); pstats.Stats(pr).sort_stats("cumulative").print_stats(70)
    print(s.made); print("staging", time.perf_counter()-t)
    from outbox.models import OutboxMessage
    print(OutboxMessage.objects.exclude(state="DONE").values_list("topic","state","error"))
