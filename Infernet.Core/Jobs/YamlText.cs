using System.Text.Json;
using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace Infernet.Core.Jobs;

/// <summary>Turns a YAML text into JSON, so that one reader checks both.</summary>
public static class YamlText
{
    /// <summary>Parses one YAML document.</summary>
    /// <exception cref="SpecificationException">The text is no YAML; says where.</exception>
    public static JsonDocument ToJson(string yaml)
    {
        try
        {
            // A hostile text could nest or repeat anchors without end: aliases are refused, depth is bounded.
            IDeserializer deserializer = new DeserializerBuilder()
                .WithAttemptingUnquotedStringTypeDeserialization()
                .WithDuplicateKeyChecking()
                .Build();
            using var text = new StringReader(yaml);
            object? graph = deserializer.Deserialize(new AliasRefusingParser(new Parser(text)));
            string json = new SerializerBuilder().JsonCompatible().Build().Serialize(graph);
            return JsonDocument.Parse(json);
        }
        catch (YamlException broken)
        {
            throw new SpecificationException(
                [new SpecificationError("", $"is not YAML: {broken.Message} (line {broken.Start.Line})")]);
        }
    }
}
