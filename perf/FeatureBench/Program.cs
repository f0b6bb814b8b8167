using FeatureBench.Store;

switch (args)
{
    case ["store"]:
        return StoreVerb.Run(jsonPath: null);
    case ["store", "--json", var path]:
        return StoreVerb.Run(path);
    default:
        Console.Error.WriteLine("Usage: feature-bench store [--json FILE]");
        return 2;
}
