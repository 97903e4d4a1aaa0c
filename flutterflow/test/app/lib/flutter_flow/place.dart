// Named only, as in a FlutterFlow app.
class FFPlace {
  const FFPlace({this.name = '', this.address = ''});

  final String name;
  final String address;
}
