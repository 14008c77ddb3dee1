"""Folders, letters and registers: the heart."""

from saraban.models.folders import (
    RECEIVING,
    SECRET,
    FolderGroup,
    FolderKind,
    FolderRight,
    NumberSeries,
    RegisterFolder,
    Reset,
)
from saraban.models.garuda import GarudaDrawing
from saraban.models.letters import (
    Enclosure,
    Letter,
    LetterKind,
    LetterParty,
    LetterSheet,
    Reference,
    Secrecy,
    SignClass,
    Stay,
    Urgency,
)
from saraban.models.registers import Channel, Delivery, Purpose, RegisterEntry
from saraban.states import DeliveryStatus, LetterStatus

__all__ = [
    "RECEIVING",
    "SECRET",
    "Channel",
    "Delivery",
    "DeliveryStatus",
    "Enclosure",
    "FolderGroup",
    "FolderKind",
    "FolderRight",
    "GarudaDrawing",
    "Letter",
    "LetterKind",
    "LetterParty",
    "LetterSheet",
    "LetterStatus",
    "NumberSeries",
    "Purpose",
    "Reference",
    "RegisterEntry",
    "RegisterFolder",
    "Reset",
    "Secrecy",
    "SignClass",
    "Stay",
    "Urgency",
]
