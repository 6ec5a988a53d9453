"""What fails on some sites alone."""

import zoneinfo

zoneinfo.ZoneInfo("Europe/Paris")
