namespace LakeService.Commands;

/// <summary>Who read the output has closed it, as <c>head</c> does: there is no one to tell anything.</summary>
public sealed class OutputClosedException() : IOException("the output was closed by who read it");
