"""`python -m eoffice.launcher run [--check]` and `… with-servers --var FOLDER -- COMMAND…` (see scripts/)."""

import argparse
import sys

from eoffice.embedded import ServersFailed
from eoffice.launcher import beside, platform


def main(arguments: list[str]) -> int:
    """Parse the command line of the scripts and give the exit code."""
    parser = argparse.ArgumentParser(prog="eoffice.launcher")
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", prog="scripts/run", help="เริ่มระบบทั้งหมดบนเครื่องนี้")
    run.add_argument("--check", action="store_true", help="เริ่มทุกส่วน ตรวจว่าตอบครบ แล้วหยุด")
    with_servers = commands.add_parser("with-servers", help="เรียกคำสั่งโดยมีฐานข้อมูลและ Redis")
    with_servers.add_argument("--var", required=True, help="โฟลเดอร์ข้อมูลเมื่อไม่ได้กำหนด EOFFICE_VAR")
    with_servers.add_argument("argv", nargs=argparse.REMAINDER)
    options = parser.parse_args(arguments)
    try:
        if options.command == "run":
            return platform.run(check=options.check)
        return beside.run(options.argv[1:] if options.argv[:1] == ["--"] else options.argv, options.var)
    except ServersFailed as failure:
        print(f"ผิดพลาด: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
