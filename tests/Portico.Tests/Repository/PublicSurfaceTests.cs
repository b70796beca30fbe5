using System.Reflection;
using System.Text;

namespace Portico.Tests.Repository;

/// <summary>The public types of every module. A new line in a golden file is a promise to other modules: it is made on purpose.</summary>
public sealed class PublicSurfaceTests
{
    public static TheoryData<string> Modules => [.. Repo.Modules];

    [Theory, MemberData(nameof(Modules))]
    public void The_public_types_of_a_module_are_those_that_were_decided(string module)
    {
        var assembly = Assembly.Load(module == "Server" ? "portico" : "Portico." + module);
        var types = assembly.GetExportedTypes().Where(t => !t.Name.Contains('<', StringComparison.Ordinal)).ToList();
        if (module != "Server")
            types.ShouldNotBeEmpty();
        var text = new StringBuilder();
        foreach (var type in types.OrderBy(t => t.FullName, StringComparer.Ordinal))
            text.Append(KindOf(type)).Append(' ').AppendLine(NameOf(type));
        Golden.Check($"tests/Portico.Tests/Repository/Fixtures/PublicSurface/{module}.txt", text.ToString().ReplaceLineEndings("\n"));
    }

    static string KindOf(Type type) =>
        type.IsEnum ? "enum"
        : type.IsInterface ? "interface"
        : typeof(Delegate).IsAssignableFrom(type) ? "delegate"
        : type.IsValueType ? "struct"
        : type.IsAbstract && type.IsSealed ? "static class"
        : type.IsAbstract ? "abstract class"
        : type.IsSealed ? "class"
        : "open class";

    static string NameOf(Type type)
    {
        var name = type.FullName!.Replace('+', '.');
        return type.IsGenericType
            ? $"{name[..name.IndexOf('`', StringComparison.Ordinal)]}<{string.Join(", ", type.GetGenericArguments().Select(a => a.Name))}>"
            : name;
    }
}
