"""Names of groups of attributes, as requested-attributes has them (RFC 8011 4.2.5.1, 4.3.4.1)."""

from typing import Final

from ippserver.iana.keywords import RequestedAttributes
from ippserver.ipp.values import Keyword

ALL: Final = RequestedAttributes.ALL
NONE: Final = Keyword("none")
"""Not registered; CUPS and the suites of ipptool understand it as no attribute at all."""

JOB_TEMPLATE: Final = RequestedAttributes.JOB_TEMPLATE
JOB_DESCRIPTION: Final = RequestedAttributes.JOB_DESCRIPTION
JOB_ACTUAL: Final = RequestedAttributes.JOB_ACTUAL
JOB_STATUS: Final = Keyword("job-status")
"""Not registered, but sent by clients that know the registry's Job Status."""

PRINTER_DESCRIPTION: Final = RequestedAttributes.PRINTER_DESCRIPTION
PRINTER_DEFAULTS: Final = Keyword("printer-defaults")
"""Not registered; CUPS understands it as every xxx-default."""

DOCUMENT_TEMPLATE: Final = RequestedAttributes.DOCUMENT_TEMPLATE
DOCUMENT_DESCRIPTION: Final = RequestedAttributes.DOCUMENT_DESCRIPTION

SUBSCRIPTION_TEMPLATE: Final = RequestedAttributes.SUBSCRIPTION_TEMPLATE
SUBSCRIPTION_DESCRIPTION: Final = RequestedAttributes.SUBSCRIPTION_DESCRIPTION

SYSTEM_DESCRIPTION: Final = RequestedAttributes.SYSTEM_DESCRIPTION
SYSTEM_STATUS: Final = RequestedAttributes.SYSTEM_STATUS

RESOURCE_DESCRIPTION: Final = RequestedAttributes.RESOURCE_DESCRIPTION
RESOURCE_STATUS: Final = RequestedAttributes.RESOURCE_STATUS
RESOURCE_TEMPLATE: Final = RequestedAttributes.RESOURCE_TEMPLATE
