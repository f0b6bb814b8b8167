using System.Globalization;
using Lake.Import.Building;
using Lake.Types;

namespace Lake.Import.Inference;

/// <summary>Narrows down what type texts have, from those that are seen. Used by one thread.</summary>
internal sealed class TextGuess
{
    private bool _boolean = true, _whole = true, _long = true, _int = true, _plain = true, _number = true, _date = true, _local = true, _zoned = true;
    private int _digits, _fraction;

    /// <summary>Values seen, nulls aside.</summary>
    public long Count { get; private set; }

    /// <summary>Looks at a value that is no null.</summary>
    public void See(ReadOnlySpan<char> text)
    {
        Count++;
        // A plus would be lost in a number, and stands before numbers of telephones.
        if (text.StartsWith('+')) _number = _whole = false;
        _boolean = _boolean && (text.Equals("true", StringComparison.OrdinalIgnoreCase) || text.Equals("false", StringComparison.OrdinalIgnoreCase));
        TryNumber(text);
        TryTime(text);
    }

    /// <summary>Looks at a number that cannot be anything else.</summary>
    public void SeeNumber(ReadOnlySpan<char> text)
    {
        Count++;
        _boolean = _date = _local = _zoned = false;
        TryNumber(text);
    }

    /// <summary>Looks at a text that cannot be a number or a truth value, whatever it looks like.</summary>
    public void SeeText(ReadOnlySpan<char> text)
    {
        Count++;
        _boolean = _number = _whole = false;
        TryTime(text);
    }

    /// <summary>Looks at true or false that cannot be anything else.</summary>
    public void SeeBoolean()
    {
        Count++;
        _number = _whole = _date = _local = _zoned = false;
    }

    /// <summary>The type; null where no value was seen.</summary>
    /// <param name="isAll">Whether no other values are to come: an int is one only then.</param>
    /// <param name="fractionsAreDecimals">Whether a number with a point is a decimal.</param>
    public PrimitiveType? Type(bool isAll, bool fractionsAreDecimals)
    {
        if (Count == 0) return null;
        if (_boolean) return PrimitiveType.Boolean;
        if (_whole && _long) return _int && isAll ? PrimitiveType.Int : PrimitiveType.Long;
        if (_whole && _digits <= PrimitiveType.MaxPrecision) return PrimitiveType.Decimal(PrimitiveType.MaxPrecision, 0);
        if (_number && fractionsAreDecimals && _plain && _digits + _fraction <= PrimitiveType.MaxPrecision) return PrimitiveType.Decimal(PrimitiveType.MaxPrecision, _fraction);
        if (_number) return PrimitiveType.Double;
        if (_date) return PrimitiveType.Date;
        return _local ? PrimitiveType.Timestamp : _zoned ? PrimitiveType.TimestampTz : PrimitiveType.String;
    }

    private void TryNumber(ReadOnlySpan<char> text)
    {
        if (!_number) return;
        var digits = text.Length > 0 && text[0] is '-' or '+' ? text[1..] : text;
        // Codes with zeros in front, as of places, are texts.
        if (digits.Length > 1 && digits[0] == '0' && char.IsAsciiDigit(digits[1]))
        {
            _number = _whole = false;
            return;
        }
        var isWhole = !digits.IsEmpty && !digits.ContainsAnyExceptInRange('0', '9');
        _long = _long && isWhole && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _);
        _int = _int && _long && int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _);
        _whole &= isWhole;
        var point = digits.IndexOf('.');
        _plain = _plain && digits.IndexOfAny('e', 'E') < 0 && !digits.IsEmpty && digits.ContainsAnyInRange('0', '9');
        _digits = Math.Max(_digits, point < 0 ? digits.Length : point);
        if (point >= 0) _fraction = Math.Max(_fraction, digits.Length - point - 1);
        _number = isWhole || double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _);
    }

    private void TryTime(ReadOnlySpan<char> text)
    {
        _date = _date && TimeTexts.TryDate(text, out _);
        if (!_local && !_zoned) return;
        var isTime = TimeTexts.TryTimestamp(text, out _, out var hasZone);
        _local = _local && isTime && !hasZone;
        _zoned = _zoned && isTime && hasZone;
    }
}
