namespace Lake.Catalog;

/// <summary>A catalog refuses what it is asked for; the message names the field, its value and the rule.</summary>
public sealed class CatalogException(string message) : Exception(message);
