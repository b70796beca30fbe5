namespace Portico.Providers;

/// <summary>Families that answer in this process: nothing is called, so that their addresses are names alone.</summary>
public static class InProcessFamilies
{
    /// <summary>The simulated provider.</summary>
    public const string Simulated = "sim";

    /// <summary>The models that come with the product.</summary>
    public const string Portico = "portico";

    public static bool Has(string family) => family is Simulated or Portico;
}
