// Named only, as in a FlutterFlow app.
class FFUploadedFile {
  const FFUploadedFile({this.name});

  final String? name;
}
