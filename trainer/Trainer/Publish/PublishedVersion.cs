namespace Trainer.Publish;

/// <summary>A version that became visible in a model repository.</summary>
internal sealed record PublishedVersion(string Path, long Version);
