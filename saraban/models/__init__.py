"""Folders, letters and registers: the heart."""

from saraban.models.copies import LetterCopy
from saraban.models.delegation import DelegationScope
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
from saraban.models.links import EnclosureLink
from saraban.models.phrases import Phrase, PhrasePlace
from saraban.models.registers import Channel, Delivery, Purpose, RegisterEntry
from saraban.models.secret_papers import SecretPaper
from saraban.states import DeliveryStatus, LetterStatus

__all__ = [
    "RECEIVING",
    "SECRET",
    "Channel",
    "DelegationScope",
    "Delivery",
    "DeliveryStatus",
    "Enclosure",
    "EnclosureLink",
    "FolderGroup",
    "FolderKind",
    "FolderRight",
    "GarudaDrawing",
    "Letter",
    "LetterCopy",
    "LetterKind",
    "LetterParty",
    "LetterSheet",
    "LetterStatus",
    "NumberSeries",
    "Phrase",
    "PhrasePlace",
    "Purpose",
    "Reference",
    "RegisterEntry",
    "RegisterFolder",
    "Reset",
    "Secrecy",
    "SecretPaper",
    "SignClass",
    "Stay",
    "Urgency",
]
