// Hot path where callers send parameters.
using System.Globalization;
using System.Text;

namespace Appliance.Scoring.Parameters;

/// <summary>One parameter's value as a view of the request.</summary>
public readonly ref struct ParameterValue
{
    private readonly ulong _whole;
    private readonly double _other;
    private readonly ReadOnlySpan<byte> _text;

    private ParameterValue(ParameterForms form, ulong whole = 0, double other = 0, ReadOnlySpan<byte> text = default)
    {
        Form = form;
        _whole = whole;
        _other = other;
        _text = text;
    }

    /// <summary>An object or an array.</summary>
    public static ParameterValue Structure => new(ParameterForms.Structure);

    /// <summary>Exactly one form, or none.</summary>
    public ParameterForms Form { get; }

    /// <summary>The number; 0 unless it is whole.</summary>
    public ulong Whole => Form == ParameterForms.Whole ? _whole : 0;

    /// <summary>The text as its transport wrote it; empty unless it is one.</summary>
    public ReadOnlySpan<byte> Text => _text;

    public bool IsTrue => Form == ParameterForms.Flag && _whole != 0;

    /// <summary>Whether it is anything but false, 0 and the empty text, which clients send with plain requests too.</summary>
    public bool Asks => Form switch
    {
        ParameterForms.None => false,
        ParameterForms.Flag or ParameterForms.Whole => _whole != 0,
        ParameterForms.Text => !_text.IsEmpty,
        _ => true,
    };

    public static ParameterValue OfFlag(bool flag) => new(ParameterForms.Flag, whole: flag ? 1u : 0u);

    public static ParameterValue OfWhole(ulong number) => new(ParameterForms.Whole, whole: number);

    public static ParameterValue OfSigned(long number) =>
        number >= 0 ? OfWhole((ulong)number) : new(ParameterForms.OtherNumber, other: number);

    /// <summary>A number that its transport does not write as a whole one.</summary>
    public static ParameterValue OfOther(double number) => new(ParameterForms.OtherNumber, other: number);

    public static ParameterValue OfText(ReadOnlySpan<byte> utf8) => new(ParameterForms.Text, text: utf8);

    /// <summary>The value for a message, a long text in part.</summary>
    public override string ToString() => Form switch
    {
        ParameterForms.None => "nothing",
        ParameterForms.Flag => IsTrue ? "true" : "false",
        ParameterForms.Whole => _whole.ToString(CultureInfo.InvariantCulture),
        ParameterForms.OtherNumber => _other.ToString(CultureInfo.InvariantCulture),
        ParameterForms.Text => $"\"{Shortened(_text)}\"",
        _ => "an object or an array",
    };

    /// <summary>A caller's own text as a message repeats it: 60 bytes of it at most.</summary>
    internal static string Shortened(ReadOnlySpan<byte> utf8) =>
        utf8.Length <= 60 ? Encoding.UTF8.GetString(utf8) : Encoding.UTF8.GetString(utf8[..60]) + "...";
}
