using System.Globalization;

namespace Floor;

/// <summary>The command line.</summary>
/// <param name="IsOwn">The appliance's own transport, and not Kestrel's.</param>
/// <param name="Frame">What is answered without a model.</param>
/// <param name="Model">The graph that every call runs; null for none.</param>
internal sealed record FloorArguments(bool IsOwn, ushort Port, byte[] Frame, string? Model)
{
    public const string Usage = "Usage: floor --transport kestrel|appliance --grpc-port N [--reply-bytes B]\n"
        + "       floor --transport appliance --grpc-port N --model GRAPH\n"
        + "N from 1 to 65535, B from 11 to 16777216.";

    private const int MaxReplyBytes = 1 << 24;

    /// <summary>Null for a wrong command line.</summary>
    public static FloorArguments? Parse(string[] args)
    {
        if (args is not ["--transport", "kestrel" or "appliance", "--grpc-port", var port, .. var more]) return null;
        if (!ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number == 0) return null;
        var floor = new FloorArguments(args[1] == "appliance", number, FixedReply.Frame.ToArray(), Model: null);
        return more switch
        {
            [] => floor,
            ["--model", var graph] when floor.IsOwn => floor with { Model = graph },
            ["--reply-bytes", var text] when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) && bytes is >= FixedReply.MinBytes and <= MaxReplyBytes
                => floor with { Frame = FixedReply.OfLength(bytes) },
            _ => null,
        };
    }
}
