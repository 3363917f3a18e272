"""Prints what a mail server says to EHLO and, where it offers it, STARTTLS: HOST PORT. No message is sent."""

import smtplib
import ssl
import sys


def greet(host: str, port: int) -> str:
    """Returns the code of its answer, what it offers, and the code of STARTTLS."""
    with smtplib.SMTP(host, port, timeout=5) as mail:
        code, _ = mail.ehlo()
        offers = sorted(mail.esmtp_features)
        if not mail.has_extn("starttls"):
            return f"{code} {offers} no STARTTLS"
        return f"{code} {offers} {mail.starttls(context=ssl.create_default_context())[0]}"


if __name__ == "__main__":
    print(greet(sys.argv[1], int(sys.argv[2])))
