"""Codes in addresses: short, and without the one character that PostgreSQL cannot even look for."""

from django.urls import register_converter


class CodeConverter:
    """`<code:code>`: one to 60 characters, no slash, no zero byte; any other address is a page that is not there."""

    regex = "[^/\x00]{1,60}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(CodeConverter, "code")
