// Hot path where callers send parameters.
using System.Globalization;
using Appliance.Inference;
using Appliance.Inference.Batching;
using Appliance.Scoring.Traffic;

namespace Appliance.Scoring.Parameters;

/// <summary>
/// The parameters of an inference request: the one table of what each name takes and what becomes of it, for every transport. The
/// protocol's own names are honoured or refused, never ignored; names that it leaves to models and clients are passed over. Pure but for
/// the entry.
/// </summary>
public static class RequestParameters
{
    /// <summary>A hundred years: a longer queue timeout is none, and adding this one to a clock cannot overflow.</summary>
    private const ulong LongestTimeoutMicroseconds = 100UL * 365 * 24 * 3600 * 1_000_000;

    private const string Flag = "true or false";
    private const string Sequences = "sequence batching";

    // Whether tensors follow the JSON in binary is for the transport that has JSON.
    private static readonly ParameterRule[] Rules =
    [
        new("timeout", ParameterForms.Whole, "a whole number of microseconds", null),
        new("priority", ParameterForms.Whole, "a whole number from 0 up", null),
        new("sequence_id", ParameterForms.Whole | ParameterForms.Text, "a whole number from 0 up, or a string", Sequences),
        new("sequence_start", ParameterForms.Flag, Flag, Sequences),
        new("sequence_end", ParameterForms.Flag, Flag, Sequences),
        new("binary_data_output", ParameterForms.Flag, Flag, null),
        new(CallerKey.Parameter, ParameterForms.Whole | ParameterForms.Text, "a string or a whole number from 0 up", null),
        new("triton_enable_empty_final_response", ParameterForms.Flag, Flag, "an empty final response"),
    ];

    /// <summary>Takes one parameter. Anything but Ok has set the entry's error. A name without a value asks for nothing.</summary>
    public static ScoreStatus Take(ReadOnlySpan<byte> name, in ParameterValue value, BatchEntry entry)
    {
        var rule = Find(name);
        if (rule is null) return IsReserved(name) ? RefuseReserved(name, entry) : ScoreStatus.Ok;
        if (value.Form == ParameterForms.None)
        {
            // Of a name that stands twice the last counts, here too.
            if (ReferenceEquals(rule, Rules[1])) entry.Priority = 0;
            if (ReferenceEquals(rule, Rules[0])) entry.TimeoutMicroseconds = 0;
            return ScoreStatus.Ok;
        }
        if ((rule.Takes & value.Form) == 0)
        {
            return entry.Fail(ScoreStatus.InvalidArgument, $"parameter '{rule.Text}' is {value.ToString()}; it must be {rule.Wanted}");
        }
        if (rule.Extension is not null && value.Asks)
        {
            return entry.Fail(ScoreStatus.Unsupported, $"parameter '{rule.Text}' asks for {rule.Extension}, which is not supported");
        }
        if (rule.Text == CallerKey.Parameter) return TakeCaller(value, entry);
        // A priority that the model does not have is its default one.
        if (ReferenceEquals(rule, Rules[1])) entry.Priority = value.Whole;
        if (ReferenceEquals(rule, Rules[0])) entry.TimeoutMicroseconds = (long)Math.Min(value.Whole, LongestTimeoutMicroseconds);
        return ScoreStatus.Ok;
    }

    /// <summary>The key of the request's caller, whole numbers as their decimal text. One that the request has already stays.</summary>
    public static ScoreStatus TakeCaller(in ParameterValue value, BatchEntry entry)
    {
        if (entry.HasCaller) return ScoreStatus.Ok;
        Span<byte> digits = stackalloc byte[20];
        var key = value.Text;
        if (value.Form == ParameterForms.Whole)
        {
            value.Whole.TryFormat(digits, out var length, default, CultureInfo.InvariantCulture);
            CallerKey.Set(entry, digits[..length]);
            return ScoreStatus.Ok;
        }
        if (key.Length > CallerKey.MaxBytes)
        {
            return entry.Fail(
                ScoreStatus.InvalidArgument, $"parameter '{CallerKey.Parameter}' has {key.Length} bytes; it must have at most {CallerKey.MaxBytes}");
        }
        CallerKey.Set(entry, key);
        return ScoreStatus.Ok;
    }

    /// <summary>The parameter "classification" of one output. Anything but Ok has set the entry's error.</summary>
    public static ScoreStatus TakeClasses(in ParameterValue value, BatchEntry entry, ref RequestedOutput output)
    {
        if (value.Whole == 0) return entry.Fail(ScoreStatus.InvalidArgument, $"parameter 'classification' is {value.ToString()}; it must be a whole number from 1 up");
        output.Classes = (int)Math.Min(value.Whole, int.MaxValue);
        entry.WantsClasses = true;
        return ScoreStatus.Ok;
    }

    private static ParameterRule? Find(ReadOnlySpan<byte> name)
    {
        foreach (var rule in Rules)
        {
            if (name.SequenceEqual(rule.Name)) return rule;
        }
        return null;
    }

    private static bool IsReserved(ReadOnlySpan<byte> name) => name.SequenceEqual("headers"u8) || name.StartsWith("triton_"u8);

    private static ScoreStatus RefuseReserved(ReadOnlySpan<byte> name, BatchEntry entry) => entry.Fail(
        ScoreStatus.InvalidArgument,
        $"parameter '{ParameterValue.Shortened(name)}' is reserved and cannot be sent; 'headers' and every name that starts with 'triton_' are");

    /// <param name="Wanted">What it takes, in words.</param>
    /// <param name="Extension">What a value that asks for something asks for; null where the appliance does it.</param>
    private sealed record ParameterRule(string Text, ParameterForms Takes, string Wanted, string? Extension)
    {
        public byte[] Name { get; } = System.Text.Encoding.ASCII.GetBytes(Text);
    }
}
