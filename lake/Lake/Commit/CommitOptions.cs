using System.Globalization;

namespace Lake.Commit;

/// <summary>How often and how patiently a commit is tried. The defaults and their table properties are those of the reference implementation.</summary>
public sealed class CommitOptions
{
    /// <summary>Tries after the first (<c>commit.retry.num-retries</c>).</summary>
    public int Retries { get; set; } = 4;

    /// <summary>Wait before the second try at most (<c>commit.retry.min-wait-ms</c>); doubled with each.</summary>
    public TimeSpan MinWait { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Wait between tries at most (<c>commit.retry.max-wait-ms</c>).</summary>
    public TimeSpan MaxWait { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Manifests of a snapshot from which small ones are merged (<c>commit.manifest.min-count-to-merge</c>).</summary>
    public int MinManifestsToMerge { get; set; } = 100;

    /// <summary>Bytes of a merged manifest at most, about (<c>commit.manifest.target-size-bytes</c>).</summary>
    public long ManifestBytes { get; set; } = 8 << 20;

    public static CommitOptions Of(IReadOnlyDictionary<string, string> properties)
    {
        var options = new CommitOptions();
        options.Retries = (int)Number(properties, "commit.retry.num-retries", options.Retries);
        options.MinWait = TimeSpan.FromMilliseconds(Number(properties, "commit.retry.min-wait-ms", (long)options.MinWait.TotalMilliseconds));
        options.MaxWait = TimeSpan.FromMilliseconds(Number(properties, "commit.retry.max-wait-ms", (long)options.MaxWait.TotalMilliseconds));
        options.MinManifestsToMerge = (int)Number(properties, "commit.manifest.min-count-to-merge", options.MinManifestsToMerge);
        options.ManifestBytes = Number(properties, "commit.manifest.target-size-bytes", options.ManifestBytes);
        if (properties.GetValueOrDefault("commit.manifest-merge.enabled") == "false") options.MinManifestsToMerge = int.MaxValue;
        return options;
    }

    private static long Number(IReadOnlyDictionary<string, string> properties, string name, long fallback)
    {
        if (!properties.TryGetValue(name, out var text)) return fallback;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new LakeFormatException($"property {name} is '{text}'; it must be a whole number, 0 or above");
    }
}
