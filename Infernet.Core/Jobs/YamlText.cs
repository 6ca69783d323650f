using System.Buffers;
using System.Globalization;
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
            var buffer = new ArrayBufferWriter<byte>();
            using (var json = new Utf8JsonWriter(buffer))
            {
                Write(json, graph);
            }

            return JsonDocument.Parse(buffer.WrittenMemory);
        }
        catch (YamlException broken)
        {
            throw new SpecificationException(
                [new SpecificationError("", $"is not YAML: {broken.Message} (line {broken.Start.Line})")]);
        }
        catch (InvalidOperationException broken)
        {
            // The scanner's answer to some texts that it has no better words for.
            throw new SpecificationException([new SpecificationError("", $"is not YAML: {broken.Message}")]);
        }
    }

    private static void Write(Utf8JsonWriter json, object? node)
    {
        switch (node)
        {
            case null:
                json.WriteNullValue();
                break;
            case IDictionary<object, object?> mapping:
                json.WriteStartObject();
                foreach ((object key, object? value) in mapping)
                {
                    json.WritePropertyName(Text(key));
                    Write(json, value);
                }

                json.WriteEndObject();
                break;
            case IEnumerable<object?> list:
                json.WriteStartArray();
                foreach (object? item in list)
                {
                    Write(json, item);
                }

                json.WriteEndArray();
                break;
            case bool flag:
                json.WriteBooleanValue(flag);
                break;
            case sbyte or byte or short or ushort or int or uint or long:
                json.WriteNumberValue(Convert.ToInt64(node, CultureInfo.InvariantCulture));
                break;
            case ulong number:
                json.WriteNumberValue(number);
                break;
            case float or double when Convert.ToDouble(node, CultureInfo.InvariantCulture) is var number
                && double.IsFinite(number):
                json.WriteNumberValue(number);
                break;
            default:
                json.WriteStringValue(Text(node));
                break;
        }
    }

    private static string Text(object node) => Convert.ToString(node, CultureInfo.InvariantCulture) ?? "";
}
