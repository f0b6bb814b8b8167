using System.Globalization;
using Appliance.LoadGen;
using LoadGen.Arguments;

namespace LoadGen;

/// <summary>The command line's grammar. Pure.</summary>
public static class LoadOptionsParser
{
    public const string Usage =
        "Usage: LoadGen --url http://HOST:PORT [--protocol grpc|rest] [--model M] [--path /P] [--body FILE | --input-name I --input-shape 1,64]\n"
        + "               [--rate N] [--arrivals poisson|constant] [--duration S] [--warmup S] [--connections N] [--max-in-flight N] [--drain S]\n"
        + "               [--deadline-ms N] [--models N [--one-model]] [--seed N] [--output FILE.json]";

    public static LoadOptions Parse(IReadOnlyList<string> args, out IReadOnlyList<string> errors)
    {
        var reader = new ArgumentReader(args, "--one-model");
        var defaults = new LoadOptions();
        var options = new LoadOptions
        {
            Url = ReadUrl(reader, defaults.Url),
            Protocol = reader.Choice("--protocol", defaults.Protocol),
            Model = reader.Text("--model") ?? defaults.Model,
            Path = reader.Text("--path"),
            BodyFile = reader.Text("--body"),
            InputName = reader.Text("--input-name") ?? defaults.InputName,
            InputShape = ReadShape(reader, defaults.InputShape),
            Rate = reader.Number("--rate", defaults.Rate, 0.001, 10_000_000),
            Arrivals = reader.Choice("--arrivals", defaults.Arrivals),
            Duration = reader.Number("--duration", defaults.Duration, 0.1, 86_400),
            Warmup = reader.Number("--warmup", defaults.Warmup, 0, 3600),
            Connections = reader.Whole("--connections", defaults.Connections, 1, 1024),
            MaxInFlight = reader.Whole("--max-in-flight", defaults.MaxInFlight, 1, 1_000_000),
            Drain = reader.Number("--drain", defaults.Drain, 0, 3600),
            DeadlineMilliseconds = reader.Whole("--deadline-ms", defaults.DeadlineMilliseconds, 0, 3_600_000),
            Models = reader.Whole("--models", defaults.Models, 0, 1024),
            IsOneModel = reader.Flag("--one-model"),
            Seed = reader.Whole("--seed", defaults.Seed, int.MinValue, int.MaxValue),
            Output = reader.Text("--output"),
        };
        if (options.Path is { } path && !path.StartsWith('/'))
        {
            reader.Refuse("--path", path, "a path that starts with /");
        }
        errors = reader.Errors();
        return options;
    }

    private static Uri ReadUrl(ArgumentReader reader, Uri fallback)
    {
        if (reader.Text("--url") is not { } text)
        {
            return fallback;
        }
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme == Uri.UriSchemeHttp && url.PathAndQuery == "/")
        {
            return url;
        }
        reader.Refuse("--url", text, "http://HOST:PORT without a path; --path gives the path");
        return fallback;
    }

    private static long[] ReadShape(ArgumentReader reader, long[] fallback)
    {
        if (reader.Text("--input-shape") is not { } text)
        {
            return fallback;
        }
        var shape = text.Split(',').Select(dim => long.TryParse(dim, NumberStyles.None, CultureInfo.InvariantCulture, out var size) ? size : 0).ToArray();
        // 16 Mi elements make 64 MiB of FP32, which is what servers of this protocol take at most by default.
        if (shape.All(dim => dim is > 0 and <= 1 << 24) && shape.Aggregate(1.0, (product, dim) => product * dim) <= 1 << 24)
        {
            return shape;
        }
        reader.Refuse("--input-shape", text, "whole numbers above 0 with commas between, 16777216 elements at most");
        return fallback;
    }
}
