/// Names from briefs made safe for Python: ASCII snake case, no keyword, no leading digit, bounded in length.
enum PythonNaming {
    /// "Serial number" → `serial_number`. `fallback` stands in when nothing usable is left ("книга" → fallback).
    static func snake(_ text: String, fallback: String, limit: Int = 40) -> String {
        var words: [String] = [""]
        var previousIsLower = false
        for character in text {
            let folded = fold(character)
            if folded.isEmpty {
                if character != "'" && character != "’" { words.append("") }
                previousIsLower = false
                continue
            }
            if previousIsLower && character.isUppercase { words.append("") }
            words[words.count - 1] += folded.lowercased()
            previousIsLower = character.isLowercase || character.isNumber
        }
        var name = ""
        for word in words where !word.isEmpty {
            if name.isEmpty {
                name = String(word.prefix(limit))
            } else if name.count + word.count < limit {
                name += "_" + word
            } else {
                break
            }
        }
        if name.isEmpty { name = fallback }
        if let first = name.first, first.isNumber { name = "\(fallback)_\(name)" }
        return name
    }

    /// A snake-case name for a field of a dataclass.
    static func field(_ text: String) -> String {
        let name = snake(text, fallback: "field")
        return keywords.contains(name) || fieldNames.contains(name) ? name + "_" : name
    }

    /// A snake-case name for variables, functions and modules of one kind of record.
    static func record(_ text: String) -> String {
        let name = snake(text, fallback: "item", limit: 32)
        let isTaken =
            keywords.contains(name) || variables.contains(name) || name.hasSuffix("_values") || name.hasPrefix("past_")
        return isTaken ? name + "_record" : name
    }

    /// `serial_number` → `SerialNumber`, never the name of something the generated code uses itself.
    static func className(_ snake: String) -> String {
        let name = snake.split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
        return classNames.contains(name) ? name + "Record" : name
    }

    /// The package must not hide a module of Python's standard library: the project's own root comes first in the path.
    static func package(_ title: String) -> String {
        let name = snake(title, fallback: "product")
        let isTaken = standardModules.contains(name) || keywords.contains(name) || variables.contains(name)
        return isTaken || name == "tests" ? name + "_app" : name
    }

    /// `name` if it is free, else `name_2`, `name_3`, …; the result is taken from then on.
    static func unique(_ name: String, among taken: inout Set<String>) -> String {
        var candidate = name
        var number = 2
        while !taken.insert(candidate).inserted {
            candidate = "\(name)_\(number)"
            number += 1
        }
        return candidate
    }

    /// The character as ASCII letters and digits; "" when it is neither.
    private static func fold(_ character: Character) -> String {
        if character.isASCII { return character.isLetter || character.isNumber ? String(character) : "" }
        return latin[Character(character.lowercased())] ?? ""
    }

    private static let latin: [Character: String] = {
        let table: [(String, String)] = [
            ("àáâãåāăą", "a"), ("ä", "ae"), ("æ", "ae"), ("çćč", "c"), ("ďđð", "d"), ("èéêëēėęě", "e"), ("ğ", "g"),
            ("ìíîïīıį", "i"), ("ł", "l"), ("ñńň", "n"), ("òóôõøōő", "o"), ("ö", "oe"), ("œ", "oe"), ("ř", "r"),
            ("śšş", "s"), ("ß", "ss"), ("ťţ", "t"), ("þ", "th"), ("ùúûūůű", "u"), ("ü", "ue"), ("ýÿ", "y"),
            ("źżž", "z"),
        ]
        var letters: [Character: String] = [:]
        for (characters, ascii) in table { for character in characters { letters[character] = ascii } }
        return letters
    }()

    private static let keywords: Set<String> = words(
        """
        false none true and as assert async await break class continue def del elif else except finally for from
        global if import in is lambda nonlocal not or pass raise return try while with yield match case
        """)

    /// Names that a field of a dataclass must not take.
    private static let fieldNames: Set<String> = words(
        "id self str int bool dt property violations is_current help h")

    /// Names the generated code uses for variables of its own, or needs Python to mean what it always means.
    private static let variables: Set<String> = words(
        """
        id self str int bool dt type list dict set object property super replace field fields sum any all len open
        input format hash iter next map max min range vars print app samples values changes before other found row rows
        cursor text name today now database checks rules errors number day argument arguments tuple filter sorted kind
        connection parser command case mock tempfile io time first second third others used begins_before_end argv error
        ends_after_begin known service value listed caught ids code output options given
        folder start moment choice wrong changed current brief
        """)

    private static let classNames: Set<String> = Set(
        """
        None True False Decimal ClassVar Callable Violation RuleError NotFoundError Database App Rule Iterator Counter
        Store Any Iterable Mapping Sequence Warning Exception
        """.split(whereSeparator: \.isWhitespace).map(String.init))

    private static let standardModules: Set<String> = words(
        """
        abc argparse array ast asyncio atexit base64 bdb binascii bisect builtins bz2 calendar cgi chunk cmath cmd code
        codecs codeop collections colorsys compileall concurrent configparser contextlib contextvars copy copyreg crypt
        csv ctypes curses dataclasses datetime dbm decimal difflib dis distutils doctest email encodings enum errno
        faulthandler fcntl filecmp fileinput fnmatch fractions ftplib functools gc getopt getpass gettext glob graphlib
        grp gzip hashlib heapq hmac html http imaplib imghdr imp importlib inspect io ipaddress itertools json keyword
        linecache locale logging lzma mailbox mailcap marshal math mimetypes mmap modulefinder multiprocessing netrc
        nntplib ntpath numbers opcode operator optparse os parser pathlib pdb pickle pickletools pip pipes pkgutil
        platform plistlib poplib posix posixpath pprint profile pstats pty pwd py_compile pyclbr pydoc queue quopri
        random re readline reprlib resource rlcompleter runpy sched secrets select selectors setuptools shelve shlex
        shutil signal site smtplib sndhdr socket socketserver spwd sqlite3 sre ssl stat statistics string stringprep
        struct subprocess sunau symbol symtable sys sysconfig syslog tabnanny tarfile telnetlib tempfile termios test
        textwrap this threading time timeit tkinter token tokenize tomllib trace traceback tracemalloc tty turtle
        types typing unicodedata unittest urllib uu uuid venv warnings wave weakref webbrowser winreg winsound wsgiref
        xdrlib xml xmlrpc zipapp zipfile zipimport zlib zoneinfo
        """)

    private static func words(_ text: String) -> Set<String> {
        Set(text.split(whereSeparator: \.isWhitespace).map(String.init))
    }
}
