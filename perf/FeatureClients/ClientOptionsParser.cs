using LoadGen.Arguments;

namespace FeatureClients;

/// <summary>The command line's grammar. Pure.</summary>
internal static class ClientOptionsParser
{
    public const string Usage =
        "Usage: FeatureClients --verb redisfill|redisgather|call|post [--redis PORT] [--rows N] [--seconds S] [--warmup S]\n"
        + "       call: --grpc PORT --mode entity|twohop|twohoptensor [--connections N] [--streams N]\n"
        + "       post: --http PORT [--connections N] [--batch N] [--members N] [--rate N]";

    public static ClientOptions Parse(IReadOnlyList<string> args, out IReadOnlyList<string> errors)
    {
        var reader = new ArgumentReader(args);
        var defaults = new ClientOptions();
        var options = new ClientOptions
        {
            Verb = reader.Choice("--verb", defaults.Verb),
            Redis = reader.Whole("--redis", defaults.Redis, 1, ushort.MaxValue),
            Rows = reader.Whole("--rows", defaults.Rows, 100, 100_000_000),
            Grpc = reader.Whole("--grpc", defaults.Grpc, 1, ushort.MaxValue),
            Http = reader.Whole("--http", defaults.Http, 1, ushort.MaxValue),
            Mode = reader.Choice("--mode", defaults.Mode),
            Connections = reader.Whole("--connections", defaults.Connections, 1, 256),
            Streams = reader.Whole("--streams", defaults.Streams, 1, 100),
            Seconds = reader.Number("--seconds", defaults.Seconds, 0.1, 3600),
            Warmup = reader.Number("--warmup", defaults.Warmup, 0, 3600),
            Batch = reader.Whole("--batch", defaults.Batch, 1, 10_000),
            Members = reader.Whole("--members", defaults.Members, 1, 1_000_000),
            Rate = reader.Number("--rate", defaults.Rate, 0, 10_000_000),
        };
        errors = reader.Errors();
        return options;
    }
}
