namespace Portico.Guardrails.Pii;

/// <summary>Country calling codes (ITU-T E.164, list of assigned codes) and how many digits follow them (national numbering plans notified to the ITU, E.129).</summary>
static class CallingCodes
{
    const string Table =
        "1:10 7:10 20:8-10 27:9-10 30:10-12 31:7-11 32:8-9 33:9 34:9 36:8-9 39:6-12 40:9 41:9-12 43:4-13 44:7-10 45:8 46:6-12 47:5-8 48:9-10 49:5-15 51:8-9 52:10-11 53:6-10 "
        + "54:10-11 55:8-11 56:9-11 57:8-11 58:10 60:8-10 61:6-10 62:7-13 63:8-13 64:7-10 65:8-11 66:8-13 81:9-11 82:5-14 84:7-10 86:7-12 90:7-13 91:8-13 92:8-12 93:9 94:9 95:6-10 98:8-10 "
        + "211:9 212:9 213:8-9 216:8 218:8-9 220:7 221:9 222:8 223:8 224:8-9 225:8-10 226:8 227:8 228:8 229:8-10 230:7-10 231:7-9 232:8 233:8-9 234:7-14 235:8 236:8 237:8-9 238:7 239:7 "
        + "240:9 241:7-8 242:9 243:7-10 244:9 245:7-9 246:7 247:4-6 248:7 249:9 250:8-9 251:9 252:6-9 253:8 254:7-10 255:9 256:9 257:8 258:8-9 260:9 261:9-10 262:9 263:5-10 264:8-10 "
        + "265:7-9 266:8 267:7-10 268:8-9 269:7 290:4-5 291:7 297:7 298:6 299:6 350:8 351:9 352:4-11 353:7-10 354:7-9 355:6-9 356:8 357:8 358:5-12 359:6-12 370:8-9 371:8 372:7-10 373:8 "
        + "374:5-8 375:6-11 376:6-9 377:8-9 378:6-12 380:9-10 381:6-12 382:4-12 383:8-12 385:6-12 386:5-8 387:8-9 389:6-9 420:9-12 421:6-9 423:7-9 500:5 501:7-11 502:8-11 503:7-11 "
        + "504:8-11 505:8 506:8-10 507:7-11 508:6-9 509:8 590:9 591:8-9 592:7 593:8-11 594:9 595:6-11 596:9 597:6-7 598:4-13 599:7-8 670:7-8 672:5-6 673:7 674:7 675:7-11 676:5-7 677:5-7 "
        + "678:5-7 679:7-11 680:7 681:6-9 682:5 683:4-7 685:5-10 686:5-8 687:6 688:5-7 689:6-9 690:4-7 691:7 692:7 800:8 808:8 850:6-10 852:5-11 853:7-8 855:8-10 856:8-10 870:9 878:12 "
        + "880:6-10 881:9 882:7-12 883:9-12 886:7-11 888:11 960:7-10 961:7-8 962:8-9 963:8-10 964:8-10 965:7-8 966:8-10 967:7-9 968:7-9 970:8-10 971:5-12 972:7-12 973:8 974:7-11 975:7-8 "
        + "976:8-10 977:8-11 979:9 992:9 993:8 994:9 995:6-9 996:9-10 998:9";

    /// <summary>Least and most digits by code; 0 where the code is not given.</summary>
    static readonly (byte Least, byte Most)[] Digits = Read();

    static (byte, byte)[] Read()
    {
        var digits = new (byte, byte)[1000];
        foreach (var entry in Table.Split(' '))
        {
            var colon = entry.IndexOf(':', StringComparison.Ordinal);
            var dash = entry.IndexOf('-', StringComparison.Ordinal);
            var least = CheckDigits.Number(entry.AsSpan(colon + 1, (dash < 0 ? entry.Length : dash) - colon - 1));
            var most = dash < 0 ? least : CheckDigits.Number(entry.AsSpan(dash + 1));
            digits[CheckDigits.Number(entry.AsSpan(0, colon))] = ((byte)least, (byte)most);
        }
        return digits;
    }

    /// <summary>Whether digits begin with a code and as many follow as its numbers have.</summary>
    public static bool IsNumber(ReadOnlySpan<char> digits)
    {
        for (var length = 1; length <= 3 && length < digits.Length; length++)
        {
            var (least, most) = Digits[CheckDigits.Number(digits[..length])];
            if (most == 0)
                continue;
            var rest = digits.Length - length;
            // In the plan of North America (Recommendation E.123 of the NANP) area codes and exchanges begin with 2 to 9; abroad none begins with 0 but in Italy and San Marino.
            if (length == 1 && digits[0] == '1' && (digits.Length < 8 || digits[1] < '2' || digits[4] < '2'))
                return false;
            return rest >= least && rest <= most;
        }
        return false;
    }
}
