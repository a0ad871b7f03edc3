"""Machines with other keyboards, written down a second time as rows of keys, to judge the tables by."""

import unicodedata

US = "`1234567890-=qwertyuiop[]\\asdfghjkl;'zxcvbnm,./" + '~!@#$%^&*()_+QWERTYUIOP{}|ASDFGHJKL:"ZXCVBNM<>?'

KEYBOARDS = {
    "latam": "|1234567890'¿qwertyuiop´+}asdfghjklñ{zxcvbnm,.-" + '°!"#$%&/()=?¡QWERTYUIOP¨*]ASDFGHJKLÑ[ZXCVBNM;:_',
    "es": "º1234567890'¡qwertyuiop`+çasdfghjklñ´zxcvbnm,.-" + 'ª!"·$%&/()=?¿QWERTYUIOP^*ÇASDFGHJKLÑ¨ZXCVBNM;:_',
    "us-intl": "`1234567890-=qwertyuiop[]\\asdfghjkl;´zxcvbnm,./" + "~!@#$%^&*()_+QWERTYUIOP{}|ASDFGHJKL:¨ZXCVBNM<>?",
    "br": "'1234567890-=qwertyuiop´[]asdfghjklç~zxcvbnm,.;" + '"!@#$%¨&*()_+QWERTYUIOP`{}ASDFGHJKLÇ^ZXCVBNM<>:',
    "pt": "\\1234567890'«qwertyuiop+´~asdfghjklçºzxcvbnm,.-" + '|!"#$%&/()=?»QWERTYUIOP*`^ASDFGHJKLÇªZXCVBNM;:_',
    "de": "^1234567890ß´qwertzuiopü+#asdfghjklöäyxcvbnm,.-" + "°!\"§$%&/()=?`QWERTZUIOPÜ*'ASDFGHJKLÖÄYXCVBNM;:_",
    "it": "\\1234567890'ìqwertyuiopè+ùasdfghjklòàzxcvbnm,.-" + '|!"£$%&/()=?^QWERTYUIOPé*§ASDFGHJKLç°ZXCVBNM;:_',
}
"""What each key of `US` shows, a dead key its bare accent. From xkeyboard-config, which the tables come from too."""

DEAD = {"latam": "[{", "es": "[{'\"", "us-intl": "'\"`^~", "br": "^[{'\"", "pt": "]}\\|", "de": "=+`", "it": ""}
"""The keys that show nothing until the next key."""

COMBINING = {"´": "\u0301", "`": "\u0300", "^": "\u0302", "¨": "\u0308", "~": "\u0303"}


def typed_on(layout, text):
    """What the machine shows when a reader set to US types that text; dead keys compose with letters only."""
    shown = ""
    waiting = ""
    for key in text:
        face = key if key == " " else KEYBOARDS[layout][US.index(key)]
        composed = unicodedata.normalize("NFC", face + COMBINING[waiting]) if waiting and face.isalpha() else ""
        shown += composed if len(composed) == 1 else waiting + face * (key not in DEAD[layout])
        waiting = face if key in DEAD[layout] else ""
    return shown + waiting


def windows_caps_lock(layout, shown):
    """The text under Caps Lock as Windows has it: it turns a to z, and keys whose two faces are one letter."""
    plain, shifted = KEYBOARDS[layout][: len(US) // 2], KEYBOARDS[layout][len(US) // 2 :]
    turning = {face for pair in zip(plain, shifted, strict=True) if pair[0].upper() == pair[1] for face in pair}
    return "".join(face.swapcase() if face in turning else face for face in shown)


def x11_caps_lock(layout, shown):
    """The text under Caps Lock as X11 has it: every other letter becomes a capital as well."""
    plain, shifted = KEYBOARDS[layout][: len(US) // 2], KEYBOARDS[layout][len(US) // 2 :]
    alone = {face for pair in zip(plain, shifted, strict=True) if pair[0].upper() != pair[1] for face in pair}
    turned = windows_caps_lock(layout, shown)
    return "".join(face.upper() if face in alone and len(face.upper()) == 1 else face for face in turned)


CAPS_LOCKS = {"off": lambda layout, shown: shown, "windows": windows_caps_lock, "x11": x11_caps_lock}
