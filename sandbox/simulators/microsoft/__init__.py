"""The simulator of Microsoft: Entra, Partner Center, price sheets, Graph, notices and the client's pages."""

from sandbox.simulators.microsoft.client import NothingToAccept, UnknownGrant, UnknownReference
from sandbox.simulators.microsoft.entra import (
    CLIENT_ID,
    CLIENT_SECRET,
    FIRST_REFRESH_TOKEN,
    PARTNER_TENANT,
)
from sandbox.simulators.microsoft.notices import CERTIFICATE, TARGET
from sandbox.simulators.microsoft.simulator import MicrosoftSimulator
from sandbox.simulators.microsoft.tenants import UnknownTenant
from sandbox.simulators.microsoft.troubles import Shapes

error_shape = Shapes().error_shape  # for Faulty; every simulator has one of its own, too

__all__ = [
    "CERTIFICATE",
    "CLIENT_ID",
    "CLIENT_SECRET",
    "FIRST_REFRESH_TOKEN",
    "PARTNER_TENANT",
    "TARGET",
    "MicrosoftSimulator",
    "NothingToAccept",
    "UnknownGrant",
    "UnknownReference",
    "UnknownTenant",
    "error_shape",
]
