"""What all tables of a configuration have in common."""

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """One table of the file: frozen, and without keys that it does not know."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        validate_default=True,
        alias_generator=lambda name: name.replace("_", "-"),
        use_attribute_docstrings=True,
    )
