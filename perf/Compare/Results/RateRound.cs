using System.Text.Json.Serialization;

namespace Compare.Results;

/// <summary>One closed-loop round for rate and processor time.</summary>
public sealed class RateRound : IRound
{
    /// <summary>Answers a second.</summary>
    public double Rate { get; set; }

    public long Requests { get; set; }
    public long Failed { get; set; }
    public double ServerCoreMicros { get; set; }
    public double ClientCoreMicros { get; set; }
    public double OthersShare { get; set; }

    /// <summary>What a call costs both ends together; they share the machine, so it is what bounds the rate.</summary>
    [JsonIgnore]
    public double CoreMicros => ServerCoreMicros + ClientCoreMicros;
}
