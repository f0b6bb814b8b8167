namespace Appliance.Features.Store;

/// <summary>A checkpoint that recovery did not take, and why. Its file is removed: the log behind an older one is written anew.</summary>
public sealed record PassedOverCheckpoint(long Number, string Reason);
