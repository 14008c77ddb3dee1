"""Papers made elsewhere that stand in the body's stead."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('draft', '0007_doctypes_shipped'),
        ('files', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('saraban', '0005_stays_by_unit'),
    ]

    operations = [
        migrations.CreateModel(
            name='UploadedPaper',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('letter', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='uploaded_papers', to='saraban.letter')),
                ('original', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile')),
                ('original_name', models.CharField(max_length=255, verbose_name='ชื่อไฟล์เดิม')),
                ('paper', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile')),
                ('state', models.CharField(choices=[('WAITING', 'กำลังเตรียมไฟล์'), ('READY', 'พร้อมใช้'), ('FAILED', 'ใช้ไม่ได้')], default='WAITING', max_length=8, verbose_name='สถานะ')),
                ('error', models.CharField(blank=True, max_length=300, verbose_name='เหตุที่ใช้ไม่ได้')),
                ('notes', models.JSONField(default=list, verbose_name='สิ่งที่เปลี่ยนจากไฟล์เดิม')),
                ('attempts', models.PositiveSmallIntegerField(default=1, verbose_name='ครั้งที่')),
                ('before', models.JSONField(default=dict)),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'ไฟล์ที่นำมาเป็นตัวหนังสือ',
                'verbose_name_plural': 'ไฟล์ที่นำมาเป็นตัวหนังสือ',
                'ordering': ('-id',),
                'default_permissions': (),
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state', 'READY'), _negated=True), ('paper__isnull', False), _connector='OR'), name='ready_paper_is_there'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'FAILED'), _negated=True), models.Q(('error', ''), _negated=True), _connector='OR'), name='failed_paper_says_why')],
            },
        ),
    ]

