using System.Collections;
using System.Reflection;
using System.Text.Json;
using Portico.Core.Chat;
using Portico.Observability;
using Portico.Tests.Repository;

namespace Portico.Tests.Observability;

/// <summary>The form in which the journal holds a record.</summary>
public sealed class RecordBytesTests
{
    static string Json(CallRecord record) => JsonSerializer.Serialize(record, RecordJson.Default.CallRecord);

    static byte[] Bytes(CallRecord record)
    {
        var writer = new ByteWriter();
        RecordBytes.Write(record, writer);
        return writer.Written.ToArray();
    }

    /// <summary>Every member has a value that none of its neighbours has, so that one left out, or taken for another, shows.</summary>
    [Fact]
    public void A_record_with_every_member_set_comes_back_whole()
    {
        var record = Filled.Record();
        Json(RecordBytes.Read(Bytes(record))).ShouldBe(Json(record));
    }

    [Fact]
    public void Records_as_the_gateway_makes_them_come_back_whole()
    {
        foreach (var record in new Samples(91).Take(300))
            Json(RecordBytes.Read(Bytes(record))).ShouldBe(Json(record));
    }

    [Fact]
    public void An_empty_record_comes_back() => Json(RecordBytes.Read(Bytes(new CallRecord()))).ShouldBe(Json(new CallRecord()));

    [Theory]
    [
        InlineData(0),
        InlineData(60),
        InlineData(61),
        InlineData(62),
        InlineData(8_189),
        InlineData(8_190),
        InlineData(8_191),
        InlineData(100_000)
    ]
    public void Texts_of_every_length_come_back(int length)
    {
        foreach (var text in new[] { new string('a', length), new string('ä', length), new string('語', length) })
        {
            var writer = new ByteWriter();
            writer.Text(text);
            writer.Text("known", "known");
            writer.Text(null, "known");
            var reader = new ByteReader(writer.Written);
            reader.Text().ShouldBe(text);
            reader.Text("known").ShouldBe("known");
            reader.Text("known").ShouldBeNull();
        }
    }

    [Theory]
    [InlineData(0), InlineData(-1), InlineData(63), InlineData(64), InlineData(-65), InlineData(long.MaxValue), InlineData(long.MinValue)]
    public void Numbers_of_every_size_come_back(long number)
    {
        var writer = new ByteWriter();
        writer.Number(number);
        new ByteReader(writer.Written).Number().ShouldBe(number);
    }

    [Fact]
    public void A_record_that_is_cut_anywhere_is_an_error_and_nothing_else()
    {
        var bytes = Bytes(Filled.Record());
        for (var length = 0; length < bytes.Length; length++)
        {
            var cut = bytes[..length];
            Should.Throw<InvalidDataException>(() => RecordBytes.Read(cut), $"cut at {length}");
        }
    }

    /// <summary>Written before there were searches, characters, minutes and images; a journal may still hold it when a node is replaced.</summary>
    [Fact]
    public void The_form_of_an_earlier_build_is_read()
    {
        var bytes = File.ReadAllBytes(Repo.PathOf("tests/Portico.Tests/Observability/Fixtures/record-form-1.bin"));
        bytes[0].ShouldBe((byte)1);
        Json(RecordBytes.Read(bytes))
            .ShouldBe(File.ReadAllText(Repo.PathOf("tests/Portico.Tests/Observability/Fixtures/record-form-1.json")).TrimEnd());
        for (var length = 0; length < bytes.Length; length++)
        {
            var cut = bytes[..length];
            Should.Throw<InvalidDataException>(() => RecordBytes.Read(cut), $"cut at {length}");
        }
    }

    /// <summary>Written before there were classes of service.</summary>
    [Fact]
    public void The_form_before_classes_of_service_is_read()
    {
        var bytes = File.ReadAllBytes(Repo.PathOf("tests/Portico.Tests/Observability/Fixtures/record-form-2.bin"));
        bytes[0].ShouldBe((byte)2);
        Json(RecordBytes.Read(bytes))
            .ShouldBe(File.ReadAllText(Repo.PathOf("tests/Portico.Tests/Observability/Fixtures/record-form-2.json")).TrimEnd());
    }

    /// <summary>Written before it was told which content rules were in force.</summary>
    [Fact]
    public void The_form_before_rules_in_force_is_read()
    {
        var bytes = File.ReadAllBytes(Repo.PathOf("tests/Portico.Tests/Observability/Fixtures/record-form-5.bin"));
        bytes[0].ShouldBe((byte)5);
        Json(RecordBytes.Read(bytes))
            .ShouldBe(File.ReadAllText(Repo.PathOf("tests/Portico.Tests/Observability/Fixtures/record-form-5.json")).TrimEnd());
    }

    /// <summary>Written before there were calls of a provider's tools.</summary>
    [Fact]
    public void The_form_before_calls_of_tools_is_read()
    {
        var bytes = File.ReadAllBytes(Repo.PathOf("tests/Portico.Tests/Observability/Fixtures/record-form-3.bin"));
        bytes[0].ShouldBe((byte)3);
        Json(RecordBytes.Read(bytes))
            .ShouldBe(File.ReadAllText(Repo.PathOf("tests/Portico.Tests/Observability/Fixtures/record-form-3.json")).TrimEnd());
    }

    /// <summary>Written before there were findings, which stand at the end.</summary>
    [Fact]
    public void The_form_before_findings_is_read()
    {
        var record = new Samples(91).Take(1).Single();
        record.Findings = [];
        var bytes = Bytes(record)[..^1];
        bytes[0] = 4;
        Json(RecordBytes.Read(bytes)).ShouldBe(Json(record));
    }

    [Fact]
    public void A_form_of_a_later_build_is_named()
    {
        var bytes = Bytes(new CallRecord());
        bytes[0] = 9;
        Should.Throw<InvalidDataException>(() => RecordBytes.Read(bytes)).Message.ShouldContain("form 9");
    }
}

/// <summary>Records whose every member is set, found by reflection: a member that is added is set too.</summary>
static class Filled
{
    public static CallRecord Record()
    {
        var seed = 1;
        return (CallRecord)Fill(new CallRecord(), ref seed);
    }

    static object Fill(object target, ref int seed)
    {
        foreach (var property in target.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite))
            property.SetValue(target, ValueOf(property.PropertyType, ref seed));
        return target;
    }

    static object ValueOf(Type type, ref int seed)
    {
        var n = ++seed;
        if (type == typeof(string))
            return "text " + n;
        if (type == typeof(bool))
            return true;
        if (type == typeof(int))
            return n * 1_000;
        if (type == typeof(long))
            return n * 1_000_000_000L;
        if (type.IsEnum)
            return Enum.GetValues(type).GetValue(Enum.GetValues(type).Length - 1)!;
        if (type == typeof(TrailEntry))
            return new TrailEntry("stage " + n, "fact " + n, n);
        if (type == typeof(MeterSettlement))
            return new MeterSettlement("meter " + n, n * 7, n * 9);
        if (type == typeof(CallId))
            return CallId.New(TimeProvider.System);
        if (type == typeof(AttemptId))
            return AttemptId.New(TimeProvider.System);
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>))
        {
            var element = type.GetGenericArguments()[0];
            var list = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(element))!;
            list.Add(ValueOf(element, ref seed));
            list.Add(ValueOf(element, ref seed));
            return list;
        }
        return Fill(System.Runtime.CompilerServices.RuntimeHelpers.GetUninitializedObject(type), ref seed);
    }
}
