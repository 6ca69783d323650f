using System.Text.Json;
using Infernet.Cli.Logging;
using Infernet.Cli.Terminals;
using Microsoft.Extensions.Logging;

namespace Infernet.Cli.Tests.Logging;

[TestFixture]
public sealed partial class LogLineFormatTests
{
    [Test]
    public void Json_Entry_IsOneObjectWithItsFields()
    {
        string line = Logged(LogLineFormat.Json, log => LogSample(log, "12D3KooW", 7, new IOException("broken\npipe")));
        using JsonDocument entry = JsonDocument.Parse(line);
        JsonElement root = entry.RootElement;
        Assert.Multiple(() =>
        {
            Assert.That(line, Does.Not.Contain("\n"));
            Assert.That(root.GetProperty("level").GetString(), Is.EqualTo("warning"));
            Assert.That(root.GetProperty("category").GetString(), Is.EqualTo("Infernet.Test"));
            Assert.That(root.GetProperty("message").GetString(), Is.EqualTo("Peer 12D3KooW left after 7 shards"));
            Assert.That(root.GetProperty("peer_id").GetString(), Is.EqualTo("12D3KooW"));
            Assert.That(root.GetProperty("shard_count").GetInt32(), Is.EqualTo(7));
            Assert.That(root.GetProperty("exception").GetString(), Does.Contain("broken"));
            Assert.That(root.GetProperty("time").GetString(), Does.EndWith("Z"));
        });
    }

    [Test]
    public void Text_Entry_IsOneLineWithoutAStack()
    {
        string line = Logged(
            entry => LogLineFormat.Text(entry, new Ink(IsTerminal: true, HasColours: false)),
            log => LogSample(log, "evil\e[2J", 7, new IOException("broken\npipe")));
        Assert.That(line, Does.Contain("warning").And.Contain("Peer evil\uFFFD[2J left").And.Contain("IOException: broken pipe"));
        Assert.That(line, Does.Not.Contain("\n").And.Not.Contain("   at "));
    }

    [Test]
    public void Log_BelowTheLevel_IsNotWritten() =>
        Assert.That(Logged(LogLineFormat.Json, log => LogDetail(log)), Is.Empty);

    private static string Logged(Func<LogEntry, string> format, Action<ILogger> log)
    {
        var output = new StringWriter { NewLine = "\n" };
        using var loggers = new LineLoggerFactory(output, LogLevel.Information, format, TimeProvider.System);
        log(loggers.CreateLogger("Infernet.Test"));
        return output.ToString().TrimEnd('\n');
    }

    [LoggerMessage(LogLevel.Warning, "Peer {PeerId} left after {ShardCount} shards")]
    private static partial void LogSample(ILogger log, string peerId, int shardCount, Exception exception);

    [LoggerMessage(LogLevel.Debug, "detail")]
    private static partial void LogDetail(ILogger log);
}
