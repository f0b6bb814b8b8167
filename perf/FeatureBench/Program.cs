using FeatureBench.Folders;
using FeatureBench.Store;

switch (args)
{
    case ["store"]:
        return StoreVerb.Run(jsonPath: null);
    case ["store", "--json", var path]:
        return StoreVerb.Run(path);
    case ["gather"]:
        return GatherVerb.Run();
    case ["folder", "--definitions", var definitions, "--folder", var folder, "--view", var view, "--rows", var rows] when long.TryParse(rows, out var count) && count > 0:
        return FolderVerb.Run(definitions, folder, view, count);
    case ["folder", "--definitions", var definitions, "--folder", var folder]:
        return FolderVerb.Run(definitions, folder);
    default:
        Console.Error.WriteLine("Usage: feature-bench store [--json FILE] | gather | folder --definitions DIR --folder DIR [--view NAME --rows N]");
        return 2;
}
