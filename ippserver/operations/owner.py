"""Who owns what a request creates."""

from ippserver.iana import names
from ippserver.ipp.values import Name, NameWithLanguage
from ippserver.operations.declare import Call
from ippserver.operations.language import plain


def owner_of(call: Call) -> Name | NameWithLanguage:
    """job-originating-user-name, notify-subscriber-user-name (RFC 8011 5.3.6, RFC 3995 5.4.7).

    It is the authenticated name, else requesting-user-name as the client wrote it.
    """
    name = names.REQUESTING_USER_NAME.get(call.operation)
    if call.principal.authenticated or name is None or not plain(name):
        return Name(call.principal.name)
    return name
