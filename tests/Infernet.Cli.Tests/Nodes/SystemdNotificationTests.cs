using System.Net.Sockets;
using System.Text;
using Infernet.Cli.Nodes;

namespace Infernet.Cli.Tests.Nodes;

[TestFixture]
public sealed class SystemdNotificationTests
{
    [Test]
    public async Task Send_SocketThatListens_GetsTheState()
    {
        using var infernet = new InfernetProcess();
        string path = Path.Combine(infernet.Home, "notify");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));

        SystemdNotification.Send(name => name == "NOTIFY_SOCKET" ? path : null, "READY=1");

        byte[] received = new byte[64];
        int length = await socket.ReceiveAsync(received).WaitAsync(InfernetProcess.Patience);
        Assert.That(Encoding.UTF8.GetString(received, 0, length), Is.EqualTo("READY=1"));
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("/no/such/socket")]
    [TestCase("@no-such-abstract-socket")]
    public void Send_NobodyListens_DoesNothing(string? path) =>
        Assert.That(() => SystemdNotification.Send(_ => path, "READY=1"), Throws.Nothing);
}
