"""Invented lists of each format, of any length: the shape of the published ones, none of their rows."""

SECRET = "0123456789abcdef0123456789abcdef"
BASE64 = "AAECAwQFBgcICQoLDA0ODw=="


def photo(row):
    return 99_000_000_000 + row * 37


def account(row):
    return f"{10_000_000 + row % 90_000}@N0{row % 10}"


def secret(row, length=10):
    return f"{row * 2654435761 % (1 << 40):0{length}x}"[:length]


def static(row, size="b"):
    return f"https://live.staticflickr.com/65535/{photo(row)}_{secret(row)}_{size}.jpg"


def elsewhere(row):
    return f"http://www.example.org/images/{row % 1000}/{secret(row)}/portrait-{row}.jpg"


def yfcc100m(row):
    page = f"http://www.flickr.com/photos/{account(row)}/{photo(row)}/"
    url = f"http://farm9.staticflickr.com/8301/{photo(row)}_{secret(row)}.jpg"
    columns = [photo(row), account(row), "Nick+Name", "2013-06-17 13:29:21.0", "1372169037", "Camera"]
    columns += [f"Title+{row}", "Some+text", "a,b", "", "", "", "", page, url, "Attribution License"]
    columns += ["http://creativecommons.org/licenses/by/2.0/", 8301, 9, secret(row), "0123456789", "jpg", 0]
    return "\t".join(map(str, columns))


def openimages(row):
    page = f"https://www.flickr.com/photos/x/{photo(row)}"
    return (
        f"{row:016x},train,{static(row, 'o')},{page},https://creativecommons.org/licenses/by/2.0/,"
        f'https://www.flickr.com/people/{account(row)}/,Nick Name,"Invented, ""{row}""",{row},{BASE64},,0.0'
    )


def coco(row):
    name = f"{row:012}.jpg"
    return (
        f'{{"license": 1, "file_name": "{name}", "coco_url": "http://images.cocodataset.org/val2017/{name}", '
        f'"height": 427, "width": 640, "flickr_url": "{static(row, "z")}", "id": {row + 1}}}'
    )


def ffhq(row):
    return (
        f'"{row}": {{"category": "training", "metadata": {{"photo_url": '
        f'"https://www.flickr.com/photos/inventedalias/{photo(row)}/", "author": "Nick"}}, "image": '
        f'{{"file_md5": "{SECRET}", "pixel_size": [1024, 1024]}}}}'
    )


def visual_genome(row):
    return (
        f'{{"width": 800, "url": "https://example.org/VG_100K/{row}.jpg", "height": 600, "image_id": {row + 1}, '
        f'"coco_id": {row + 1}, "flickr_id": {photo(row)}}}'
    )


# A format: what stands before all rows, a row, what parts rows, what ends the list.
FORMATS = {
    "plain": ("", lambda row: f"flickr:{photo(row)}", "\n", "\n"),
    "megaface": ("", lambda row: f"{account(row)}_identity_{row % 9}/{photo(row)}_{row % 7}.jpg", "\n", "\n"),
    "pipa": ("", lambda row: f"72157600000000000 {photo(row)} 10 20 60 80 {row} 1", "\n", "\n"),
    "openimages-faces": ("", lambda row: f"{static(row, 'o')},100,200,64,64", "\n", "\n"),
    "openimages": (
        "ImageID,Subset,OriginalURL,OriginalLandingURL,License,AuthorProfileURL,Author,Title,OriginalSize,"
        "OriginalMD5,Thumbnail300KURL,Rotation\n", openimages, "\n", "\n"),
    "adience": (
        "user_id\toriginal_image\tface_id\tage\tgender\tx\ty\tdx\tdy\ttilt_ang\tfiducial_yaw_angle\t"
        "fiducial_score\n",
        lambda row: f"{account(row)}\t{photo(row)}_{secret(row)}_o.jpg\t{row}\t(0, 0)\tu\t1\t2\t9\t9\t0\t0\t7",
        "\n", "\n"),
    "nuswide": ("", lambda row: f"images/{row}_{photo(row)}_{secret(row)}_m.jpg 0 1 0 0 1 0 0 0 0 0", "\n", "\n"),
    "yfcc100m": ("", yfcc100m, "\n", "\n"),
    "coco": ('{"images": [', coco, ", ", "]}\n"),
    "flickr-cropping": (
        "[", lambda row: f'{{"url": "{static(row, "c")}", "flickr_photo_id": {photo(row)}, "crop": [1, 2, 3, 4]}}',
        ",\n", "]\n"),
    "ffhq": ("{", ffhq, ", ", "}\n"),
    "vggface": ("", lambda row: f"{row:08} {elsewhere(row)} 74.5 153.1 268.2 395.4 -3.00 3.41 0", "\n", "\n"),
    "pubfig": (
        "# PubFig Dataset v1.2 - invented\n#\tperson\timagenum\turl\trect\tmd5sum\n",
        lambda row: f"Nick Name\t{row}\t{elsewhere(row)}\t10,20,30,40\t{SECRET}", "\n", "\n"),
    "facescrub": (
        "name\timage_id\tface_id\turl\tbbox\tsha256\n",
        lambda row: f"Nick Name\t{row}\t{row}\t{elsewhere(row)}\t10,20,30,40\t{SECRET}{SECRET}", "\n", "\n"),
    "imdb-face": (
        "name,index,image,rect,height width,url\n",
        lambda row: f"Nick_Name,nm{row:07},{row}_0.jpg,1 2 3 4,500 400,"
        f"https://images-na.ssl-images-amazon.com/images/M/MV5BINVENTED{row}@._V1_SY1000_.jpg", "\n", "\n"),
    "imdb-wiki": (
        "", lambda row: f"{row % 100:02}/nm{row % 9999:07}_rm{99_000_000 + row}_1900-1-1_1968.jpg", "\n", "\n"),
    "ms-celeb": (
        "", lambda row: f"m.0invented{row % 999}\t{row}\t{elsewhere(row)}\thttp://www.example.org/page{row}\t"
        f"FaceId-0\tAAAA\t{BASE64 * 30}", "\n", "\n"),
    "flickr30k": ("", lambda row: f"{photo(row)}_{secret(row)}.jpg#0\tInvented caption {row} .", "\n", "\n"),
    "files": ("", lambda row: f"Nick_Name_{row % 999}/Nick_Name_{row:06}.jpg", "\n", "\n"),
    "frames": ("", lambda row: f'"invented_images/{row:08}_640x480.png": (389.0, 100.0, 400.0, 120.0);', "\n", "\n"),
    "visual-genome": ("[", visual_genome, ", ", "]\n"),
    "hashes": ("", lambda row: f"{row * 2654435761:032x}  ./pictures/{row:08}.jpg", "\n", "\n"),
    "json": (
        "", lambda row: f'{{"url": "{elsewhere(row)}", "caption": "Invented caption {row}", "similarity": 0.3}}',
        "\n", "\n"),
    "csv": ("id,url,md5,caption\n", lambda row: f'{row},{elsewhere(row)},{SECRET},"Invented, {row}"', "\n", "\n"),
    "tsv": ("id\turl\tmd5\n", lambda row: f"{row}\t{elsewhere(row)}\t{SECRET}", "\n", "\n"),
}


def sample(name):
    """A row of a format, on one line."""
    row = FORMATS[name][1](1).replace("\t", " ⇥ ")
    return row if len(row) <= 70 else row[:69] + "…"


def write(name, rows, path):
    """Writes a list of a format."""
    before, row, between, after = FORMATS[name]
    with open(path, "w") as file:
        file.write(before)
        for start in range(0, rows, 10_000):
            file.write(between if start else "")
            file.write(between.join(map(row, range(start, min(start + 10_000, rows)))))
        file.write(after)
