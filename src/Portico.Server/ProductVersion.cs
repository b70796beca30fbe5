using System.Reflection;

namespace Portico.Server;

static class ProductVersion
{
    /// <summary>The version of this build, without the source revision.</summary>
    public static string Text { get; } =
        (
            typeof(ProductVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0"
        ).Split('+')[0];
}
