using FeatureBench.Store;

if (args is not ["store", ..])
{
    Console.Error.WriteLine("Usage: feature-bench store [--folder F] [--keys N] [--json FILE]");
    return 2;
}
return StoreVerb.Run(args[1..]);
