using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Appliance.Inference.Repository;

namespace Appliance.Host.Cli.Bench;

/// <summary>The command line of <c>appliance bench</c>.</summary>
internal sealed class BenchArguments
{
    private static readonly FlagReader Flags = new("bench",
        ["--version", "--node", "--grpc", "--rows", "--shape", "--request", "--p99-ms", "--seconds", "--start-rate", "--precision", "--connections", "--seed"], ["--rest", "--json"]);

    private readonly Dictionary<string, long[]> _shapes = [];
    private Uri _node = new("http://127.0.0.1:8000"), _grpc = new("http://127.0.0.1:8001");

    public string Model { get; private set; } = "";

    /// <summary>0 where none is named: the traffic table decides.</summary>
    public long Version { get; private set; }

    /// <summary>The appliance's REST address, which says what the model takes.</summary>
    public Uri Node => _node;

    /// <summary>The appliance's gRPC address.</summary>
    public Uri Grpc => _grpc;

    /// <summary>Whether the load goes over REST, as JSON.</summary>
    public bool IsRest { get; private set; }

    public bool IsJson { get; private set; }

    /// <summary>Rows of a request: what a first dimension that the model leaves open is set to.</summary>
    public int Rows { get; private set; } = 1;

    /// <summary>Shapes of inputs that leave more than their first dimension open, by name.</summary>
    public IReadOnlyDictionary<string, long[]> Shapes => _shapes;

    /// <summary>A body for the REST call, sent as it is; null where one is made up.</summary>
    public string? Request { get; private set; }

    /// <summary>Milliseconds that 99 of 100 requests may take. 5: the bound that we hold ourselves to.</summary>
    public double Bound { get; private set; } = 5;

    /// <summary>Of a run of the search.</summary>
    public TimeSpan Duration { get; private set; } = TimeSpan.FromSeconds(5);

    /// <summary>Of the run that decides: three times as long.</summary>
    public TimeSpan Confirmation => Duration * 3;

    public double StartRate { get; private set; } = 100;

    /// <summary>How far apart a rate that met the bound and one that broke it may lie in the end, as a share.</summary>
    public double Precision { get; private set; } = 0.05;

    public int Connections { get; private set; } = 8;

    public int Seed { get; private set; } = 1;

    public static bool TryParse(IReadOnlyList<string> args, [NotNullWhen(true)] out BenchArguments? arguments, [NotNullWhen(false)] out string? error)
    {
        var read = new BenchArguments();
        error = Flags.Read(args, read.Set, read.Word) ?? read.Check();
        arguments = error is null ? read : null;
        return error is null;
    }

    private string? Word(string word)
    {
        if (Model.Length > 0) return $"'{word}' is one word too many for bench";
        Model = word;
        return ModelName.Problem(word) is { } problem ? $"MODEL is '{word}'; {problem}" : null;
    }

    private string? Set(string name, string value)
    {
        switch (name)
        {
            case "--rest": IsRest = true; return null;
            case "--json": IsJson = true; return null;
            case "--node": return ApplianceAddress.Read(name, value, "REST", ref _node);
            case "--grpc": return ApplianceAddress.Read(name, value, "gRPC", ref _grpc);
            case "--shape": return SetShape(value);
            case "--request": Request = value; return null;
            case "--version":
                if (!ModelName.TryParseVersion(value, out var version, out var problem)) return $"--version is '{value}'; {problem}";
                Version = version;
                return null;
            case "--rows": return Whole(name, value, 1, 1 << 20, v => Rows = v);
            case "--connections": return Whole(name, value, 1, 1024, v => Connections = v);
            case "--seed": return Whole(name, value, 0, int.MaxValue, v => Seed = v);
            case "--p99-ms": return Number(name, value, 0.01, 60_000, v => Bound = v);
            case "--seconds": return Number(name, value, 0.5, 3600, v => Duration = TimeSpan.FromSeconds(v));
            case "--start-rate": return Number(name, value, BenchSearch.LowestRate, BenchSearch.HighestRate, v => StartRate = v);
            default: return Number(name, value, 0.001, 1, v => Precision = v);
        }
    }

    private string? SetShape(string value)
    {
        var at = value.LastIndexOf(':');
        var dims = at > 0 ? value[(at + 1)..].Split(',').Select(d => long.TryParse(d, NumberStyles.None, CultureInfo.InvariantCulture, out var size) ? size : -1).ToArray() : [-1];
        if (dims.Any(d => d is < 0 or > 1 << 24)) return $"--shape is '{value}'; it must be an input's name, ':' and its dimensions, like input:1,64";
        return _shapes.TryAdd(value[..at], dims) ? null : $"--shape {value[..at]} is given twice";
    }

    private string? Check()
    {
        if (Model.Length == 0) return "bench has no model; it must be bench MODEL";
        if (Request is not null && !IsRest) return "--request is a body for REST; it needs --rest";
        if (!IsRest && Grpc.Scheme != Uri.UriSchemeHttp) return $"--grpc is '{Grpc}'; the load over gRPC is in cleartext, so it must be an http address; --rest measures over https";
        return null;
    }

    private static string? Whole(string name, string value, int least, int most, Action<int> set)
    {
        if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < least || number > most)
        {
            return $"{name} is '{value}'; it must be a whole number from {least} to {most}";
        }
        set(number);
        return null;
    }

    private static string? Number(string name, string value, double least, double most, Action<double> set)
    {
        if (!double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) || !(number >= least && number <= most))
        {
            return string.Create(CultureInfo.InvariantCulture, $"{name} is '{value}'; it must be a number from {least} to {most}");
        }
        set(number);
        return null;
    }
}
