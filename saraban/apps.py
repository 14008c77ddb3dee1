from django.apps import AppConfig
from django.conf import settings


class SarabanConfig(AppConfig):
    name = "saraban"
    verbose_name = "งานสารบรรณ"

    def ready(self) -> None:
        """Say what this app hears and what it adds to the menu."""
        from audit.registry import seal_lines_by
        from common import menu
        from notifications import events
        from org import estates
        from outbox.registry import handle
        from saraban import counters
        from saraban.actions import estates as registers
        from saraban.actions.dispatch import deliver_to_agency
        from saraban.actions.paper import SEALED, seal_numbered, take_sealed
        from saraban.events import EVENTS, GROUP
        from saraban.lines import seal_line
        from saraban.sheets.signers import demand_signing_posts

        demand_signing_posts(settings.SIGNING_POSTS)
        seal_lines_by(seal_line)
        events.register(GROUP, EVENTS)
        handle("letter.numbered", seal_numbered)
        handle(SEALED, take_sealed)
        handle("letter.dispatched", deliver_to_agency)
        estates.register("registers", estates.Estate(registers.foresee, registers.settle))
        menu.register(
            menu.Entry(
                "saraban",
                "งานสารบรรณ",
                "saraban:incoming",
                "stamp",
                30,
                count=counters.waiting,
                shown=counters.registers,
            )
        )
        menu.register(
            menu.Entry(
                "registers", "ทะเบียนหนังสือ", "saraban:registers", "book-open-text", 40, shown=counters.reads_registers
            )
        )
        menu.register(
            menu.Entry(
                "phrases", "ข้อความที่ใช้บ่อย", "saraban:phrases", "text-quote", 95, group="เครื่องมือ", shown=counters.reads
            )
        )
        menu.register(menu.Entry("all", "ค้นหาหนังสือ", "saraban:all", "file-search", 50, shown=counters.reads))
