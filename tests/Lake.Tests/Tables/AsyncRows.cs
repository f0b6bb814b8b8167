namespace Lake.Tests.Tables;

/// <summary>Sequences that are there already, as ones that come.</summary>
internal static class AsyncRows
{
    public static async IAsyncEnumerable<T> ToAsync<T>(this IEnumerable<T> items)
    {
        foreach (var item in items)
        {
            await Task.Yield();
            yield return item;
        }
    }
}
