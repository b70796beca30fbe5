using Portico.Storage;

namespace Portico.Tests.Governance.Identity;

public sealed partial class ScimPublishedTests
{
    [Fact]
    public Task The_patches_of_the_RFC_do_what_it_says() =>
        RunAsync(
            Engine.Sqlite,
            async (scim, _) =>
            {
                var id = await scim.UserAsync(
                    "bjensen@example.com",
                    ""","addresses":[{"type":"work","locality":"Hollywood"},{"type":"home","locality":"Rome"}]"""
                );
                // 3.5.2.1: add merges, and does not add a value twice.
                var added = await scim.PatchAsync(
                    $"/Users/{id}",
                    """[{"op":"add","value":{"emails":[{"value":"babs@jensen.org","type":"home"}],"nickname":"Babs"}}]"""
                );
                added.Body!["emails"]!.AsArray().Count.ShouldBe(1);
                (
                    await scim.PatchAsync(
                        $"/Users/{id}",
                        """[{"op":"add","path":"emails","value":[{"value":"babs@jensen.org","type":"home"}]}]"""
                    )
                ).Body!["emails"]!
                    .AsArray()
                    .Count.ShouldBe(1);
                // 3.5.2.3: replace of an element, of a part of it, and of nothing.
                var replaced = await scim.PatchAsync(
                    $"/Users/{id}",
                    """[{"op":"replace","path":"addresses[type eq \"work\"]","value":{"type":"work","streetAddress":"911 Universal City Plaza","locality":"Hollywood"}}]"""
                );
                replaced.Body!["addresses"]![0]!["streetAddress"]!.GetValue<string>().ShouldBe("911 Universal City Plaza");
                (
                    await scim.PatchAsync(
                        $"/Users/{id}",
                        """[{"op":"replace","path":"addresses[type eq \"work\"].streetAddress","value":"1010 Broadway Ave"}]"""
                    )
                ).Body!["addresses"]![0]!["streetAddress"]!
                    .GetValue<string>()
                    .ShouldBe("1010 Broadway Ave");
                var nothing = await scim.PatchAsync(
                    $"/Users/{id}",
                    """[{"op":"replace","path":"addresses[type eq \"moon\"].locality","value":"x"}]"""
                );
                (nothing.Status, nothing.Type).ShouldBe((400, "noTarget"));
                // 3.5.2.2: remove of an element and of an attribute.
                (
                    await scim.PatchAsync($"/Users/{id}", """[{"op":"remove","path":"addresses[type eq \"home\"]"}]""")
                ).Body!["addresses"]!.AsArray().Count.ShouldBe(1);
                (await scim.PatchAsync($"/Users/{id}", """[{"op":"remove","path":"nickName"}]"""))
                    .Body!.ContainsKey("nickName")
                    .ShouldBeFalse();
            }
        );
}
