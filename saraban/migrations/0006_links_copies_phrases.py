"""Links of enclosures, certified copies, phrases; a letter that holds personal data says so.

The trigger: no link for a classified letter or one with personal data, and none of both on a letter whose link is in
use. The letter's row is locked against a change while a link is made.
"""
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


ADD = """
CREATE FUNCTION no_public_link() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE closed boolean;
BEGIN
  IF TG_TABLE_NAME = 'saraban_enclosurelink' THEN
    SELECT secrecy > 0 OR personal_data INTO closed FROM saraban_letter WHERE id = NEW.letter_id FOR SHARE;
  ELSE
    closed := EXISTS (SELECT 1 FROM saraban_enclosurelink WHERE letter_id = NEW.id AND revoked_at IS NULL);
  END IF;
  IF closed THEN
    RAISE EXCEPTION 'no public link for a classified letter or one with personal data'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER no_link_to_what_is_not_public BEFORE INSERT OR UPDATE OF letter_id, published_at, revoked_at
  ON saraban_enclosurelink
  FOR EACH ROW WHEN (NEW.revoked_at IS NULL) EXECUTE FUNCTION no_public_link();
CREATE TRIGGER what_is_not_public_has_no_link BEFORE UPDATE OF secrecy, personal_data ON saraban_letter
  FOR EACH ROW WHEN (NEW.secrecy > 0 OR NEW.personal_data) EXECUTE FUNCTION no_public_link();
"""
DROP = """
DROP TRIGGER no_link_to_what_is_not_public ON saraban_enclosurelink;
DROP TRIGGER what_is_not_public_has_no_link ON saraban_letter;
DROP FUNCTION no_public_link();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('files', '0001_initial'),
        ('org', '0005_appointment_checked_in_python'),
        ('saraban', '0005_stays_by_unit'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='letter',
            name='personal_data',
            field=models.BooleanField(default=False, verbose_name='มีข้อมูลส่วนบุคคล'),
        ),
        migrations.CreateModel(
            name='LetterCopy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='รับรองเมื่อ')),
                ('name', models.CharField(max_length=250, verbose_name='ชื่อผู้รับรอง')),
                ('title', models.CharField(max_length=420, verbose_name='ตำแหน่งที่พิมพ์')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile')),
                ('letter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='certified_copies', to='saraban.letter')),
                ('position', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.position')),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile')),
            ],
            options={
                'verbose_name': 'สำเนาถูกต้อง',
                'verbose_name_plural': 'สำเนาถูกต้อง',
                'ordering': ('-id',),
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='EnclosureLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token', models.CharField(max_length=26, unique=True)),
                ('made_at', models.DateTimeField(verbose_name='สร้างเมื่อ')),
                ('expires_at', models.DateTimeField(verbose_name='ใช้ได้ถึง')),
                ('published_at', models.DateTimeField(null=True, verbose_name='เผยแพร่เมื่อ')),
                ('revoked_at', models.DateTimeField(null=True, verbose_name='ยกเลิกเมื่อ')),
                ('revoke_reason', models.CharField(blank=True, max_length=300, verbose_name='เหตุผลที่ยกเลิก')),
                ('downloads', models.PositiveIntegerField(default=0, verbose_name='ดาวน์โหลดแล้ว')),
                ('downloaded_at', models.DateTimeField(null=True, verbose_name='ดาวน์โหลดล่าสุด')),
                ('letter', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='enclosure_links', to='saraban.letter')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('made_position', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.position')),
                ('revoked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'ลิงก์สิ่งที่ส่งมาด้วย',
                'verbose_name_plural': 'ลิงก์สิ่งที่ส่งมาด้วย',
                'ordering': ('-id',),
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(condition=models.Q(('revoked_at', None)), fields=('letter',), name='one_link_in_use'), models.CheckConstraint(condition=models.Q(('token__regex', '^[0-9a-z]{26}$')), name='link_token_is_long'), models.CheckConstraint(condition=models.Q(models.Q(('revoke_reason', ''), ('revoked_at', None), ('revoked_by', None)), models.Q(('revoked_at__isnull', False), ('revoked_by__isnull', False), models.Q(('revoke_reason', ''), _negated=True)), _connector='OR'), name='link_revoked_with_reason')],
            },
        ),
        migrations.CreateModel(
            name='Phrase',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.CharField(choices=[('BODY', 'เนื้อความ'), ('ENDORSE', 'เกษียนและสั่งการ'), ('RETURN', 'เหตุผลตีกลับ')], max_length=8, verbose_name='ใช้ที่')),
                ('title', models.CharField(max_length=80, verbose_name='ชื่อ')),
                ('text', models.CharField(max_length=2000, verbose_name='ข้อความ')),
                ('order', models.PositiveSmallIntegerField(default=0)),
                ('uses', models.PositiveIntegerField(default=0, verbose_name='ใช้แล้ว')),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('added_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='org.unit')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'ข้อความที่ใช้บ่อย',
                'verbose_name_plural': 'ข้อความที่ใช้บ่อย',
                'ordering': ('place', 'order', 'id'),
                'default_permissions': (),
                'indexes': [models.Index(condition=models.Q(('user__isnull', False)), fields=['user', 'place', 'order'], name='phrase_user'), models.Index(condition=models.Q(('unit__isnull', False)), fields=['unit', 'place', 'order'], name='phrase_unit')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('unit', None), ('user__isnull', False)), models.Q(('unit__isnull', False), ('user', None)), _connector='OR'), name='phrase_is_one_persons_or_a_units'), models.CheckConstraint(condition=models.Q(models.Q(('title', ''), _negated=True), models.Q(('text', ''), _negated=True)), name='phrase_says_something'), models.UniqueConstraint(fields=('place', 'user', 'unit', 'title'), name='phrase_title_once', nulls_distinct=False)],
            },
        ),
        migrations.RunSQL(ADD, DROP),
    ]
