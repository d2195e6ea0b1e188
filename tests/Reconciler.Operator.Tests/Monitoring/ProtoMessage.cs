namespace Reconciler.Operator.Tests.Monitoring;

/// <summary>A protobuf message read without its schema: fields by number.</summary>
internal sealed class ProtoMessage
{
    private readonly List<(int Field, byte[] Bytes, ulong Number)> _fields = [];

    public static ProtoMessage Parse(byte[] bytes)
    {
        var message = new ProtoMessage();
        var at = 0;
        while (at < bytes.Length)
        {
            var tag = Varint(bytes, ref at);
            var (field, wire) = ((int)(tag >> 3), (int)(tag & 7));
            switch (wire)
            {
                case 0:
                    message._fields.Add((field, [], Varint(bytes, ref at)));
                    break;
                case 1:
                    at += 8;
                    break;
                case 2:
                    var length = (int)Varint(bytes, ref at);
                    message._fields.Add((field, bytes[at..(at + length)], 0));
                    at += length;
                    break;
                case 5:
                    at += 4;
                    break;
                default:
                    throw new FormatException($"wire type {wire}");
            }
        }

        return message;
    }

    public IEnumerable<ProtoMessage> All(int field) =>
        _fields.Where(found => found.Field == field).Select(found => Parse(found.Bytes));

    public string Text(int field) => System.Text.Encoding.UTF8.GetString(Bytes(field));

    public string Hex(int field) => Convert.ToHexString(Bytes(field));

    public string Number(int field) =>
        _fields.FirstOrDefault(found => found.Field == field).Number
            .ToString(System.Globalization.CultureInfo.InvariantCulture);

    private byte[] Bytes(int field) => _fields.FirstOrDefault(found => found.Field == field).Bytes ?? [];

    private static ulong Varint(byte[] bytes, ref int at)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = bytes[at++];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }
}
