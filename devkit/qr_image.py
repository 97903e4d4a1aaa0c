"""The image of a rotating QR code: written for a person to scan, and read back by a decoder as a phone's scanner would.

Error correction M (15 % of the code may be unreadable) is what shop counters and scratched screens need. Version 15
has 77 modules a side, which a phone's camera still reads from another phone's screen at arm's length.
"""

from pathlib import Path
from typing import Any, NamedTuple, cast

import segno
import zxingcpp
from PIL import Image

from devkit.errors import DevkitError

MAX_VERSION = 15
ERROR_CORRECTION = "M"
_PIXELS_A_MODULE = 6


class Scan(NamedTuple):
    """What a decoder finds in an image. A code of version 1 to 40 has 17 + 4 * version modules a side."""

    text: str
    version: int
    error_correction: str

    @property
    def designator(self) -> str:
        return f"{self.version}-{self.error_correction}"


def write(text: str, file: Path) -> None:
    """Write the text's QR code as a PNG, at error correction M in the smallest version that holds it."""
    # Boosting would take a higher error correction where it fits, and hide how much room there is.
    code = segno.make_qr(text, error=ERROR_CORRECTION, boost_error=False)
    file.parent.mkdir(parents=True, exist_ok=True)
    code.save(str(file), scale=_PIXELS_A_MODULE)


def read(file: Path) -> Scan:
    """Decode the one QR code in an image; raises DevkitError if there is none or more."""
    with Image.open(file) as image:
        found = zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
    if len(found) != 1:
        raise DevkitError(f"{file} shows {len(found)} QR codes, not one")
    return Scan(found[0].text, int(cast(dict[str, Any], found[0].extra)["Version"]), found[0].ec_level)


def write_scannable(text: str, file: Path) -> Scan:
    """Write the image, read it back, and raise DevkitError unless it says the same and is easy enough to scan."""
    write(text, file)
    scan = read(file)
    if scan.text != text:
        raise DevkitError(f"{file} does not decode to what was written")
    if scan.version > MAX_VERSION or scan.error_correction != ERROR_CORRECTION:
        raise DevkitError(f"{file} is a QR code {scan.designator}: more than {MAX_VERSION}-{ERROR_CORRECTION}")
    return scan
