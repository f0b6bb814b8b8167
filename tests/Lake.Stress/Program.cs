using Lake.Stress;

// Lake.Stress <append|delete|compact|expire|orphans> <file|sql|s3=URL> <folder> <writer> <first> <count> [<step>:<when>:<time>]
// A process that changes a table in a loop and says on its standard output what is committed, a line each; it kills itself at the fault point that it is given.
if (args.Length is not (6 or 7)) return Fail($"there are {args.Length} arguments; there must be 6 or 7: job, catalog, folder, writer, first, count and, if it is to die, step:when:time");
if (!FaultPoint.TryParse(args.ElementAtOrDefault(6) ?? FaultPoint.Never, out var point)) return Fail($"fault point is '{args[6]}'; it must be step:when:time, of {FaultPoint.Rule}");
using var bench = Bench.Open(args[1], args[2], point);
var (writer, first, count) = (int.Parse(args[3]), int.Parse(args[4]), int.Parse(args[5]));
for (var i = first; i < first + count; i++)
{
    switch (args[0])
    {
        case "append":
            await Jobs.AppendAsync(bench, writer, i);
            break;
        case "delete":
            await Jobs.DeleteAsync(bench, writer, i);
            break;
        case "compact":
            await Jobs.CompactAsync(bench, i);
            break;
        case "expire":
            await Jobs.ExpireAsync(bench);
            break;
        case "orphans":
            await Jobs.OrphansAsync(bench);
            break;
        default:
            return Fail($"job is '{args[0]}'; it must be append, delete, compact, expire or orphans");
    }
}
return 0;

static int Fail(string message)
{
    Console.Error.WriteLine(message);
    return 2;
}
