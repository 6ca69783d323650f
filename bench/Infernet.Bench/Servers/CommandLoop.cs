using System.Text.Json;

namespace Infernet.Bench.Servers;

/// <summary>
/// Answers commands from standard input one after the other, as tests/js/lib/lines.mjs does: one JSON object a line
/// each way. Ends with its input.
/// </summary>
internal static class CommandLoop
{
    public static async Task RunAsync(
        object ready, Dictionary<string, Func<JsonElement, Task<object>>> commands, CancellationToken cancellationToken)
    {
        Write(ready);
        while (await Console.In.ReadLineAsync(cancellationToken) is { } line)
        {
            JsonElement request = JsonSerializer.Deserialize<JsonElement>(line);
            int id = request.GetProperty("id").GetInt32();
            try
            {
                object result = await commands[request.GetProperty("command").GetString()!](request);
                Write(new { id, result });
            }
            catch (Exception failed) when (failed is not OperationCanceledException)
            {
                Write(new { id, error = failed.ToString() });
            }
        }
    }

    public static int Int(this JsonElement request, string name) => request.GetProperty(name).GetInt32();

    public static string Text(this JsonElement request, string name) => request.GetProperty(name).GetString()!;

    private static void Write(object value) => Console.WriteLine(JsonSerializer.Serialize(value));
}
